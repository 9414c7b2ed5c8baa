//! Invented answers: right in 99 of 100 cases, and wrong in ways that people are.

use tenfold_random::{Purpose, Stream};

/// What each digit is taken for when it is read wrong.
const MISREAD: [u16; 10] = [6, 7, 7, 5, 9, 3, 0, 2, 3, 4];

pub struct Answers {
    pub labels: Vec<u16>,
    pub predicted: Vec<u16>,
    /// `[N, 10]`.
    probabilities: Vec<f32>,
}

impl Answers {
    pub fn invent(labels: &[u16]) -> Self {
        let (mut predicted, mut probabilities) = (Vec::new(), Vec::new());
        for (index, &label) in labels.iter().enumerate() {
            let mut draw = Stream::new(1, Purpose::Sample, 0, index as u32);
            let mistake = if draw.below(3) > 0 { MISREAD[usize::from(label)] } else { draw.below(10) as u16 };
            let (is_wrong, doubt) = (draw.below(100) == 0, draw.uniform());
            // Right answers are mostly confident, wrong ones anything.
            let confidence = if is_wrong { 0.95 - 0.45 * doubt } else { 1.0 - 0.45 * doubt.powi(12) };
            let (read, other) = if is_wrong { (mistake, label) } else { (label, mistake) };
            let mut row = [(1.0 - confidence) * 0.1 / 10.0; 10];
            row[usize::from(other)] += (1.0 - confidence) * 0.9;
            row[usize::from(read)] += confidence;
            predicted.push(read);
            probabilities.extend(row);
        }
        Self { labels: labels.to_vec(), predicted, probabilities }
    }

    pub fn probabilities(&self, index: usize) -> &[f32] {
        &self.probabilities[index * 10..][..10]
    }

    pub fn confidence(&self, index: usize) -> f32 {
        self.probabilities(index)[usize::from(self.predicted[index])]
    }

    pub fn confidences(&self) -> Vec<f32> {
        (0..self.labels.len()).map(|index| self.confidence(index)).collect()
    }

    pub fn is_right(&self, index: usize) -> bool {
        self.labels[index] == self.predicted[index]
    }

    /// Every image, most confident first.
    pub fn most_confident_first(&self) -> Vec<usize> {
        let mut indices: Vec<usize> = (0..self.labels.len()).collect();
        indices.sort_by(|&a, &b| self.confidence(b).total_cmp(&self.confidence(a)));
        indices
    }

    pub fn wrong(&self, limit: usize) -> Vec<usize> {
        self.most_confident_first().into_iter().filter(|&index| !self.is_right(index)).take(limit).collect()
    }

    pub fn least_sure(&self, limit: usize) -> Vec<usize> {
        self.most_confident_first().into_iter().rev().take(limit).collect()
    }
}

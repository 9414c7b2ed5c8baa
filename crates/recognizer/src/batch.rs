//! Many pictures at once: threads share the work, and each picture has a result of its own.

use std::sync::{Mutex, PoisonError};
use std::thread;

use tenfold_imaging::Facts;

use crate::error::Error;
use crate::prediction::Prediction;
use crate::recognizer::Recognizer;

/// Pictures that a thread takes at a time: as many as a network runs at once, few enough that all threads end together.
const GROUP: usize = 8;

type Answer = Result<Prediction, Error>;

impl Recognizer {
    /// As [`Self::predict`] for each of many pictures, in their order. What is wrong with one does not touch the others.
    ///
    /// The work is divided among as many threads as were set, this one among them; the others live for the call.
    ///
    /// ```
    /// use tenfold_recognizer::{ErrorKind, Recognizer};
    ///
    /// let pictures = [std::fs::read("testdata/seven.png")?, b"not a picture".to_vec()];
    /// let results = Recognizer::embedded().predict_batch(&pictures);
    /// assert_eq!(results[0].as_ref().unwrap().label, "7");
    /// assert_eq!(results[1].as_ref().unwrap_err().kind(), ErrorKind::Input);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// In place of each picture that has no prediction, as [`Self::predict`].
    pub fn predict_batch<B: AsRef<[u8]> + Sync>(&self, pictures: &[B]) -> Vec<Answer> {
        let mut answers: Vec<Option<Answer>> = pictures.iter().map(|_| None).collect();
        let groups = Mutex::new(pictures.chunks(GROUP).zip(answers.chunks_mut(GROUP)));
        let next = || groups.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            while let Some((pictures, answers)) = next() {
                self.predict_group(pictures, answers);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.threads.min(pictures.len().div_ceil(GROUP)) {
                // Where the system refuses a thread, the others do its work.
                if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        answers.into_iter().map(|answer| answer.expect("every group was taken")).collect()
    }

    /// Answers a few pictures, those without an error by one run of the network.
    fn predict_group<B: AsRef<[u8]>>(&self, pictures: &[B], answers: &mut [Option<Answer>]) {
        let mut pixels = Vec::with_capacity(pictures.len() * self.image_len());
        let mut prepared: Vec<(Facts, &[u8], &mut Option<Answer>)> = Vec::with_capacity(pictures.len());
        for (picture, answer) in pictures.iter().zip(answers) {
            match self.decode_colour(picture.as_ref()).and_then(|image| self.prepare_colour(&image)) {
                Ok(one) => {
                    pixels.extend(one.pixels);
                    prepared.push((one.facts, picture.as_ref(), answer));
                }
                Err(error) => *answer = Some(Err(error)),
            }
        }
        let probabilities = self.predictor.probabilities(&pixels);
        for (row, (facts, picture, answer)) in probabilities.chunks(self.labels.len()).zip(prepared) {
            // Few have no answer: these are opened once more.
            *answer = Some(self.completed(self.conclude(row, facts), || self.decode_colour(picture)));
        }
    }
}

//! The kinds of degradations.

/// A kind of [`Degradation`](crate::Degradation). In this order they happen; the discriminant is part of what a seed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is documented where its values are")]
#[non_exhaustive]
pub enum Kind {
    ColouredPaper = 1,
    Texture = 2,
    ShowThrough = 3,
    Ruled = 4,
    Squared = 5,
    Boxed = 6,
    /// From here on the digit is there.
    ColouredInk = 7,
    Speckle = 8,
    PaperEdge = 9,
    Finger = 10,
    Perspective = 11,
    Rotation = 12,
    Gradient = 13,
    Vignette = 14,
    ShadowEdge = 15,
    LitStrip = 16,
    Blur = 17,
    Noise = 18,
    Jpeg = 19,
}

impl Kind {
    /// Every kind, in the order in which they happen.
    pub const ALL: [Self; 19] = [
        Self::ColouredPaper,
        Self::Texture,
        Self::ShowThrough,
        Self::Ruled,
        Self::Squared,
        Self::Boxed,
        Self::ColouredInk,
        Self::Speckle,
        Self::PaperEdge,
        Self::Finger,
        Self::Perspective,
        Self::Rotation,
        Self::Gradient,
        Self::Vignette,
        Self::ShadowEdge,
        Self::LitStrip,
        Self::Blur,
        Self::Noise,
        Self::Jpeg,
    ];

    /// What it is called: `paper edge`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ColouredPaper => "coloured paper",
            Self::Texture => "texture",
            Self::ShowThrough => "show-through",
            Self::Ruled => "ruled paper",
            Self::Squared => "squared paper",
            Self::Boxed => "box",
            Self::ColouredInk => "coloured ink",
            Self::Speckle => "speckle",
            Self::PaperEdge => "paper edge",
            Self::Finger => "finger",
            Self::Perspective => "perspective",
            Self::Rotation => "rotation",
            Self::Gradient => "gradient",
            Self::Vignette => "vignette",
            Self::ShadowEdge => "shadow edge",
            Self::LitStrip => "lit strip",
            Self::Blur => "blur",
            Self::Noise => "noise",
            Self::Jpeg => "JPEG",
        }
    }
}

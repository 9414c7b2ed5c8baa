//! The gallery of a page: digit images with captions, each a button that opens it enlarged with its probabilities.

use super::html::Html;
use super::matrix::list;
use crate::{Caption, DigitImages, Error, Sprite};

/// What is said about one image of a gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct GalleryItem {
    /// What stands below it.
    pub caption: Caption,
    /// What it is, for screen readers and as the heading of its enlarged view: "image 247, a 4 read as 9".
    pub description: String,
    /// `[classes]`: the probability of each class, 0 to 1, or empty where they are not known.
    pub probabilities: Vec<f32>,
}

/// Digit images with captions.
#[derive(Clone, Debug)]
pub struct Gallery {
    caption: String,
    names: String,
    /// The images; None if there are none.
    sprite: Option<Sprite>,
    items: Vec<GalleryItem>,
}

impl Gallery {
    /// A gallery of `images`, in this order, with one of `items` for each, in which class `i` is called `names[i]`.
    /// There may be no image at all: that there were no mistakes is worth saying too.
    ///
    /// # Errors
    /// [`Error::Length`] unless there are as many items as images, and in each as many probabilities as names, or none;
    /// [`Error::LimitExceeded`] if the images are too many or too large for a page.
    pub fn new(
        caption: impl Into<String>,
        names: &[&str],
        images: DigitImages<'_>,
        items: Vec<GalleryItem>,
    ) -> Result<Self, Error> {
        if items.len() != images.len() {
            return Err(Error::Length { what: "items", expected: images.len(), found: items.len() });
        }
        let fits = |item: &&GalleryItem| item.probabilities.is_empty() || item.probabilities.len() == names.len();
        if let Some(item) = items.iter().find(|item| !fits(item)) {
            let (expected, found) = (names.len(), item.probabilities.len());
            return Err(Error::Length { what: "probabilities", expected, found });
        }
        // The script takes the names apart again at the ends of lines.
        let names: Vec<String> = names.iter().map(|name| name.replace(['\r', '\n'], " ")).collect();
        let sprite = if images.is_empty() { None } else { Some(Sprite::new(images)?) };
        Ok(Self { caption: caption.into(), names: names.join("\n"), sprite, items })
    }

    pub(super) fn write(&self, html: &mut Html) {
        html.open("figure", &[]);
        html.element("figcaption", &[], &self.caption);
        match &self.sprite {
            None => html.element("p", &[("class", "none")], "None."),
            Some(sprite) => self.write_items(html, sprite),
        }
        html.close("figure");
    }

    fn write_items(&self, html: &mut Html, sprite: &Sprite) {
        let class = html.sprite(sprite);
        html.open("ul", &[("class", "gallery"), ("data-names", &self.names)]);
        for (index, item) in self.items.iter().enumerate() {
            let colour = format!("color: var({})", item.caption.colour.property());
            html.open("li", &[]);
            html.open(
                "button",
                &[
                    ("type", "button"),
                    ("aria-haspopup", "dialog"),
                    ("data-title", &item.description),
                    ("data-probabilities", &list(item.probabilities.iter().map(|p| format!("{p:.4}")))),
                ],
            );
            html.digit(&class, sprite, index, &item.description);
            html.element("span", &[("class", "caption"), ("style", &colour)], &item.caption.text);
            html.close("button");
            html.close("li");
        }
        html.close("ul");
    }
}

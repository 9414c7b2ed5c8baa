//! Which side of a page is up.

use tenfold_imaging::{InkBox, PageInk};
use tenfold_reading::Page;

use crate::error::Error;
use crate::recognizer::Recognizer;

/// A page of which so much is legible is upright.
const LEGIBLE: f32 = 0.97;

/// Another side is up only if what is not legible then is at most this share of what is not as the page is...
const LEFT: f32 = 0.25;

/// ...and all that may be digits reaches so many times as far as the largest of it: a lone 6 is not an upside-down 9.
const FARTHER: u32 = 4;

impl Recognizer {
    /// What may be digits on a page: as the page is, or where that is hardly legible with the side up that makes it most legible.
    ///
    /// # Errors
    /// As [`Self::find_page`].
    pub(crate) fn find_upright(&self, ink: &PageInk) -> Result<Page, Error> {
        let mut best = self.judged(ink, 0)?;
        if self.segmenter.is_none() || !is_page(&best) || best.legibility() >= LEGIBLE {
            return Ok(best);
        }
        let mut needed = 1.0 - LEFT * (1.0 - best.legibility());
        for quarters in 1..4 {
            match self.judged(ink, quarters) {
                Ok(page) if page.legibility() > needed && is_page(&page) => {
                    (needed, best) = (page.legibility(), page);
                }
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(best)
    }

    /// What may be digits on a page that is turned by so many quarters, clockwise, without what is hardly one among its neighbours.
    fn judged(&self, ink: &PageInk, quarters: u8) -> Result<Page, Error> {
        let page = Page::find_turned(ink, quarters, &self.preparation)?;
        let page = match self.judgements(page.contexts())? {
            Some(judgements) => page.judged(&judgements),
            None => page,
        };
        Ok(page)
    }
}

/// Whether there is more than a digit or a few.
fn is_page(page: &Page) -> bool {
    let places = page.places();
    let largest = places.iter().map(InkBox::longer_side).max().unwrap_or(0);
    places.into_iter().reduce(InkBox::union).is_some_and(|all| all.longer_side() >= FARTHER * largest)
}

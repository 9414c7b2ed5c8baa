//! All digits of a page, and the fields of a form.

use tenfold_form::{Form, FormReading, Template};
use tenfold_imaging::{ColourImage, GreyImage, page_ink};
use tenfold_reading::{Checker, Page, Reading};

use crate::error::Error;
use crate::recognizer::{Recognizer, check_finite};

impl Recognizer {
    /// Opens the bytes of a picture file and reads all digits in it: lines from the top, and in each fields from left to right.
    ///
    /// ```
    /// use tenfold_recognizer::Recognizer;
    ///
    /// let reading = Recognizer::embedded().read(&std::fs::read("testdata/seven.png")?)?;
    /// assert_eq!(reading.lines[0].text, "7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::decode`] and [`Self::read_image`].
    pub fn read(&self, bytes: &[u8]) -> Result<Reading, Error> {
        self.read_colour(&self.decode_colour(bytes)?)
    }

    /// Reads all digits in a picture.
    ///
    /// # Errors
    /// [`Error::Refused`] if there are none; [`Error::NotFinite`] if the model gives no numbers.
    pub fn read_image(&self, image: &GreyImage) -> Result<Reading, Error> {
        self.read_colour(&image.clone().into())
    }

    /// As [`Self::read_image`] for a picture in colour.
    ///
    /// # Errors
    /// As [`Self::read_image`].
    pub fn read_colour(&self, image: &ColourImage) -> Result<Reading, Error> {
        self.read_page(&self.find_page(image)?, None)
    }

    /// The first stage: what may be a digit in a picture; where the model's classes are digits, without what is hardly one among its
    /// neighbours, by a second model inside the program. With these a page that is turned, too, is found as it reads upright.
    ///
    /// # Errors
    /// [`Error::Refused`] if nothing may; [`Error::Network`] if there is too little memory for that model.
    pub fn find_page(&self, image: &ColourImage) -> Result<Page, Error> {
        self.find_upright(&page_ink(image, self.preparation.polarity())?)
    }

    /// The second stage: what a page says, and where a `checker` says which strings are valid, the most probable of these too.
    ///
    /// ```
    /// use tenfold_recognizer::{Checker, Constraint, Recognizer};
    ///
    /// let recognizer = Recognizer::embedded();
    /// let picture = recognizer.decode_colour(&std::fs::read("testdata/seven.png")?)?;
    /// let even = Checker::new(Constraint { pattern: Some("[02468]".parse()?), ..Constraint::default() })?;
    /// let reading = recognizer.read_page(&recognizer.find_page(&picture)?, Some(&even))?;
    /// let field = &reading.lines[0].fields[0];
    /// assert_eq!(field.text, "7");
    /// match &field.valid {
    ///     Some(valid) => println!("if it is even it is {}, but that has only {:.5}", valid.text, valid.among_all),
    ///     None => println!("{}", field.answer().unwrap_err()),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::read_image`]. A field without a valid string is in the reading, with the reason.
    pub fn read_page(&self, page: &Page, checker: Option<&Checker>) -> Result<Reading, Error> {
        let probabilities = self.probabilities(page.glyphs())?;
        check_finite(&probabilities)?;
        Ok(match checker {
            None => page.read(&probabilities, &self.labels)?,
            Some(checker) => page.read_checked(&probabilities, &self.labels, checker)?,
        })
    }

    /// Reads the fields of a form in a picture of it.
    ///
    /// ```
    /// use tenfold_recognizer::{Recognizer, Template};
    ///
    /// // The whole picture is one field, a number below 10.
    /// let template = Template::from_toml(
    ///     "page = { width = 1, height = 1 }\nfield = [{ name = 'digit', box = [0, 0, 1, 1], known = { range = '0-9' } }]",
    /// )?;
    /// let recognizer = Recognizer::embedded();
    /// let picture = recognizer.decode_colour(&std::fs::read("testdata/seven.png")?)?;
    /// let reading = recognizer.read_form(&picture, &template)?;
    /// assert_eq!((reading.fields[0].name.as_str(), reading.fields[0].answer()), ("digit", Ok("7")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotRegistered`] if the form's marks are not found; [`Error::NotFinite`] if the model gives no numbers. A field without an
    /// answer is in the reading, with the reason.
    pub fn read_form(&self, image: &ColourImage, template: &Template) -> Result<FormReading, Error> {
        let form = Form::find(image, template, &self.preparation)?;
        let form = match self.judgements(form.contexts())? {
            Some(judgements) => form.judged(&judgements),
            None => form,
        };
        let probabilities = self.probabilities(form.glyphs())?;
        check_finite(&probabilities)?;
        Ok(form.read(&probabilities, &self.labels))
    }

    /// What the segmenter says of what may be digits; nothing for a model of other classes.
    pub(crate) fn judgements(&self, contexts: &[u8]) -> Result<Option<Vec<f32>>, Error> {
        self.segmenter.as_ref().map(|segmenter| segmenter.judgements(contexts)).transpose()
    }
}

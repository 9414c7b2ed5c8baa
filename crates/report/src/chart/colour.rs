//! The colours of charts and pages, and how each theme says them: one list, so that a chart fits the page around it.

/// A colour by what it is for. No two of the four hues differ in red and green alone (after Okabe and Ito,
/// "Color Universal Design", 2008), and each has a light and a dark form that is legible as text on that paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Text and whatever must be seen first.
    Ink,
    /// Text of less weight: labels of ticks, notes.
    Muted,
    /// Grid lines and borders.
    Rule,
    /// The ground.
    Paper,
    /// Training; right answers.
    Blue,
    /// Validation; wrong answers.
    Orange,
    /// A third series.
    Green,
    /// A fourth series.
    Purple,
}

impl Colour {
    pub(crate) const ALL: [Colour; 8] = [
        Colour::Ink,
        Colour::Muted,
        Colour::Rule,
        Colour::Paper,
        Colour::Blue,
        Colour::Orange,
        Colour::Green,
        Colour::Purple,
    ];

    /// The name of the CSS custom property, and the colour on light and on dark paper.
    const fn definition(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Colour::Ink => ("--ink", "#1a1a1a", "#e8e6e3"),
            Colour::Muted => ("--muted", "#5b6269", "#a2abb3"),
            Colour::Rule => ("--rule", "#dde1e5", "#353b42"),
            Colour::Paper => ("--paper", "#ffffff", "#15181c"),
            Colour::Blue => ("--blue", "#0b62a8", "#6db3f2"),
            Colour::Orange => ("--orange", "#c24e00", "#f59e54"),
            Colour::Green => ("--green", "#00785a", "#5cc49a"),
            Colour::Purple => ("--purple", "#8e3f8c", "#d59bd0"),
        }
    }

    /// The CSS custom property, such as `--ink`.
    pub(crate) const fn property(self) -> &'static str {
        self.definition().0
    }

    /// The colour on light paper, such as `#1a1a1a`.
    pub(crate) const fn light(self) -> &'static str {
        self.definition().1
    }

    /// The colour on dark paper.
    pub(crate) const fn dark(self) -> &'static str {
        self.definition().2
    }
}

/// Where an SVG will be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Inside an HTML page, whose CSS custom properties it follows; light where there are none.
    Page,
    /// A file of its own, light or dark as the reader's system is.
    Standalone,
    /// Light, in literal colours: for paper, and for programs that know no CSS variables.
    Light,
}

impl Theme {
    /// `colour` as the value of a presentation attribute.
    pub(crate) fn paint(self, colour: Colour) -> String {
        match self {
            Theme::Page | Theme::Standalone => format!("var({}, {})", colour.property(), colour.light()),
            Theme::Light => colour.light().to_owned(),
        }
    }

    /// The style sheet that a file of its own carries.
    pub(crate) fn style(self) -> Option<String> {
        let properties = |side: fn(Colour) -> &'static str| -> String {
            Colour::ALL.iter().map(|&colour| format!("{}:{};", colour.property(), side(colour))).collect()
        };
        (self == Theme::Standalone).then(|| {
            format!(
                ":root{{{}}}@media (prefers-color-scheme:dark){{:root{{{}}}}}",
                properties(Colour::light),
                properties(Colour::dark)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    fn luminance(hex: &str) -> f64 {
        let channel = |from: usize| {
            let value = f64::from(u8::from_str_radix(&hex[from..from + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_legible_on_either_paper() {
        for colour in Colour::ALL.into_iter().filter(|colour| !matches!(colour, Colour::Rule | Colour::Paper)) {
            for (text, paper) in [(colour.light(), Colour::Paper.light()), (colour.dark(), Colour::Paper.dark())] {
                let ratio = contrast(text, paper);
                assert!(ratio >= 4.5, "{colour:?} {text} on {paper}: {ratio:.2}");
            }
        }
    }
}

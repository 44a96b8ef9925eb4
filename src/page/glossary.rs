//! What every term of AWS and of ours means, in a sentence or two, with one page of AWS's own about it.

mod aws;
mod metrics;
mod ours;
pub mod text;

/// A term the page uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Names it in the code. Never shown.
    pub id: &'static str,
    /// The word itself, as the page writes it.
    pub name: &'static str,
    /// Other words for the same, on the page or elsewhere.
    pub also: &'static [&'static str],
    /// What it means, in one or two plain sentences.
    pub meaning: &'static str,
    /// Where AWS itself says it, if the term is one of AWS's.
    pub aws: Option<Page>,
}

/// A page of AWS's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it is called.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
}

impl Term {
    /// A term of this playground.
    const fn ours(
        id: &'static str,
        name: &'static str,
        also: &'static [&'static str],
        meaning: &'static str,
    ) -> Self {
        Self {
            id,
            name,
            also,
            meaning,
            aws: None,
        }
    }

    /// A term AWS has.
    const fn of_aws(
        id: &'static str,
        name: &'static str,
        also: &'static [&'static str],
        meaning: &'static str,
        page: Page,
    ) -> Self {
        Self {
            id,
            name,
            also,
            meaning,
            aws: Some(page),
        }
    }

    /// Whether it is called so, in any letter case.
    fn is_called(&self, name: &str) -> bool {
        let mut names = std::iter::once(self.name).chain(self.also.iter().copied());
        names.any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Every term: those of the picture, then AWS's, then the metrics.
pub fn terms() -> impl Iterator<Item = &'static Term> {
    ours::TERMS.iter().chain(aws::TERMS).chain(metrics::TERMS)
}

/// The term with this id.
pub fn find(id: &str) -> Option<&'static Term> {
    terms().find(|term| term.id == id)
}

/// The term that is called so, in any letter case: a heading, a row of the ledger, a metric.
pub fn named(name: &str) -> Option<&'static Term> {
    terms().find(|term| term.is_called(name))
}

#[cfg(test)]
mod tests;

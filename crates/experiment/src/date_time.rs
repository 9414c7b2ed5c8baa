//! Moments as people read them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// `2026-11-22 20:14` for seconds since 1970, in universal time.
///
/// ```
/// assert_eq!(tenfold_experiment::date_time(1_795_378_440), "2026-11-22 20:14");
/// ```
pub fn date_time(seconds: u64) -> String {
    // The last second that has a date of four digits.
    let time = UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799));
    let text = humantime::format_rfc3339_seconds(time).to_string();
    text[..16].replace('T', " ")
}

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

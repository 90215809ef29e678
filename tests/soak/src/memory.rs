//! Whether memory and descriptors stay flat.

use std::time::Duration;

use crate::process::Sample;

/// The most that the fitted line may rise over the second half of the load. So what runs longer is held to a
/// smaller slope: in the first minute the allocator still takes what it will keep, in a layered server and in
/// a bare one.
pub(crate) const MOST_RISE_KIB: f64 = 4096.0;

/// So many bytes more than the bare server may the layered one keep allocated, under the policy of the start
/// and without clients. 1 MiB of it is what an empty cache of answers may need for itself.
pub(crate) const MOST_KEPT: u64 = (64 << 10) + (1 << 20);

pub(crate) struct Memory {
    pub(crate) middle_kib: u32,
    pub(crate) last_kib: u32,
    pub(crate) slope_kib_per_minute: f64,
    pub(crate) most_slope_kib_per_minute: f64,
    pub(crate) most_descriptors: usize,
}

impl Memory {
    /// Of the samples of a load that lasted so long.
    pub(crate) fn of(samples: &[Sample], lasted: Duration) -> Result<Self, String> {
        let second_half: Vec<Sample> =
            samples.iter().copied().filter(|sample| sample.at >= lasted / 2).collect();
        let [middle, _, .., last] = &*second_half else {
            return Err("too few samples of the memory".to_owned());
        };
        Ok(Self {
            middle_kib: middle.resident_kib,
            last_kib: last.resident_kib,
            slope_kib_per_minute: slope_per_minute(&second_half),
            most_slope_kib_per_minute: MOST_RISE_KIB * 60.0 / (lasted / 2).as_secs_f64(),
            most_descriptors: samples.iter().map(|sample| sample.descriptors).max().unwrap_or(0),
        })
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let Self { slope_kib_per_minute: slope, most_slope_kib_per_minute: most, .. } = self;
        if slope > most {
            return Err(format!(
                "the layered server's memory grows: {slope:.0} KiB/min over the second half, of {most:.0} at the most"
            ));
        }
        Ok(())
    }
}

/// By least squares.
fn slope_per_minute(samples: &[Sample]) -> f64 {
    let points =
        || samples.iter().map(|sample| (sample.at.as_secs_f64() / 60.0, f64::from(sample.resident_kib)));
    let (mut count, mut minutes, mut kib) = (0.0, 0.0, 0.0);
    for (x, y) in points() {
        count += 1.0;
        minutes += x;
        kib += y;
    }
    let (mean_x, mean_y) = (minutes / count, kib / count);
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (x, y) in points() {
        covariance += (x - mean_x) * (y - mean_y);
        variance += (x - mean_x) * (x - mean_x);
    }
    covariance / variance
}

/// Of the bytes that are allocated at the start and at the end. Unlike the resident memory, these don't
/// depend on how the allocator fills its pages.
pub(crate) fn check_heap(layered: (u64, u64), bare: (u64, u64)) -> Result<(), String> {
    let kept = |(start, end): (u64, u64)| end.saturating_sub(start);
    let (layered, bare) = (kept(layered), kept(bare));
    if layered > bare + MOST_KEPT {
        return Err(format!(
            "the layered server leaks memory: {layered} bytes stay allocated after all clients have gone, {bare} \
             in the bare one; {MOST_KEPT} more are the most"
        ));
    }
    Ok(())
}

pub(crate) fn check_descriptors(start: Sample, end: Sample) -> Result<(), String> {
    if end.descriptors > start.descriptors {
        return Err(format!(
            "the layered server leaks descriptors: {} at the start, {} after all clients have gone",
            start.descriptors, end.descriptors
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(resident_kib: impl Fn(u32) -> u32) -> Vec<Sample> {
        let sample = |second| Sample {
            at: Duration::from_secs(u64::from(second)),
            resident_kib: resident_kib(second),
            descriptors: 9,
        };
        (0..600).map(sample).collect()
    }

    #[test]
    fn the_second_half_counts() {
        let lasted = Duration::from_secs(600);
        let warm_up = Memory::of(&samples(|second| 1000 + 100 * second.min(200)), lasted).unwrap();
        assert!(warm_up.slope_kib_per_minute.abs() < 1e-6);
        assert!(warm_up.check().is_ok());

        let leak = Memory::of(&samples(|second| 1000 + 14 * second), lasted).unwrap();
        assert!((leak.slope_kib_per_minute - 840.0).abs() < 1e-6);
        assert!((leak.most_slope_kib_per_minute - 819.2).abs() < 1e-6);
        assert!(leak.check().unwrap_err().contains("840 KiB/min"));
    }

    #[test]
    fn what_stays_allocated_counts_where_the_bare_server_keeps_less() {
        let end = 500_000 + MOST_KEPT;
        assert!(check_heap((500_000, end), (500_000, 500_000)).is_ok());
        assert!(check_heap((500_000, 1), (500_000, 1)).is_ok());
        assert!(check_heap((500_000, end + 1), (500_000, 500_001)).is_ok());
        assert!(check_heap((500_000, end + 1), (500_000, 1)).unwrap_err().contains("leaks memory"));
    }

    #[test]
    fn no_descriptor_more_is_left() {
        let sample = |descriptors| Sample { at: Duration::ZERO, resident_kib: 0, descriptors };
        assert!(check_descriptors(sample(9), sample(9)).is_ok());
        assert!(check_descriptors(sample(9), sample(10)).unwrap_err().contains("9 at the start, 10"));
    }
}

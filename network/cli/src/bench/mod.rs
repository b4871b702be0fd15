//! Measuring a running network: what it commits in a second, how long that takes, what it costs.
//!
//! A *point* is one load: a kind of call, so many members, so many calls in flight, so many seconds. Members are enrolled
//! before the clock starts, with keys of their own, in a programme of the measurements' own.

mod calls;
mod cast;
mod gauge;
mod load;
mod point;
mod report;
mod usage;

use std::sync::Arc;

use anyhow::Result;
use folio_topology::Network;

pub(crate) use point::{Kind, Point, Spread};
pub(crate) use report::{Report, table};

use cast::Cast;
use gauge::Gauge;
use usage::Before;

/// The network that measurements found for themselves.
pub(crate) const TWO_ORGANISATIONS: &str = include_str!("two-organisations.toml");

/// Measures one point after the other on a running network. `said` is told what begins, and `measured`
/// what came of it.
pub(crate) async fn measure(
    network: &Network,
    points: &[Point],
    mut said: impl FnMut(String),
    mut measured: impl FnMut(Report),
) -> Result<()> {
    for point in points {
        point.check()?;
    }
    let members = points.iter().map(|point| point.members).max().unwrap_or_default();
    let in_flight = points.iter().map(|point| point.in_flight).max().unwrap_or_default();
    said(format!("enrolling {members} members"));
    let cast = Arc::new(Cast::enrol(network, members, in_flight).await?);
    for (place, point) in points.iter().enumerate() {
        said(format!("{}, {} in flight, {} s", point.name(), point.in_flight, point.time.as_secs()));
        let (gauge, before) = (Gauge::start()?, Before::of(network));
        let load = load::drive(point.in_flight, point.time, calls::caller(&cast, *point, place)).await?;
        let processes = before.used();
        measured(Report { point: *point, load, processes, verify_us: gauge.stop()? });
    }
    Ok(())
}

//! Properties of the cutter that hold for every sequence of messages and pauses.

use std::time::Duration;

use folio_ordering::{CutLimits, Cutter};
use proptest::prelude::*;

const ABSOLUTE_BYTES_MAX: usize = 1_000;

/// What may happen to a cutter.
#[derive(Clone, Debug)]
enum Step {
    Push { bytes: usize },
    Wait { millis: u64 },
    Flush,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..ABSOLUTE_BYTES_MAX + 50).prop_map(|bytes| Step::Push { bytes }),
        3 => (0..300_u64).prop_map(|millis| Step::Wait { millis }),
        1 => Just(Step::Flush),
    ]
}

fn limits() -> impl Strategy<Value = CutLimits> {
    (1..20_usize, 1..=ABSOLUTE_BYTES_MAX, 1..200_u64).prop_map(|(messages_max, preferred_bytes, timeout)| CutLimits {
        messages_max,
        preferred_bytes,
        absolute_bytes_max: ABSOLUTE_BYTES_MAX,
        timeout: Duration::from_millis(timeout),
    })
}

/// A message as the test knows it: its number, its size, when it came.
type Message = (usize, usize, Duration);

proptest! {
    #[test]
    fn order_is_kept_nothing_is_lost_or_doubled_and_limits_hold(
        limits in limits(),
        steps in prop::collection::vec(step(), 0..200),
    ) {
        let mut cutter = Cutter::<Message>::new(limits).unwrap();
        let mut now = Duration::ZERO;
        let mut taken = 0;
        let mut batches: Vec<(Duration, Vec<Message>)> = Vec::new();
        for step in steps {
            match step {
                Step::Push { bytes } => match cutter.push((taken, bytes, now), bytes, now) {
                    Ok(cuts) => {
                        prop_assert!(cuts.len() <= 2);
                        batches.extend(cuts.into_iter().map(|cut| (now, cut)));
                        taken += 1;
                    }
                    Err(refused) => prop_assert!(refused.bytes > ABSOLUTE_BYTES_MAX),
                },
                // A caller that keeps time ticks at each deadline on the way.
                Step::Wait { millis } => {
                    let until = now + Duration::from_millis(millis);
                    while let Some(deadline) = cutter.deadline().filter(|deadline| *deadline <= until) {
                        batches.extend(cutter.tick(deadline).map(|cut| (deadline, cut)));
                    }
                    now = until;
                    prop_assert!(cutter.tick(now).is_none());
                }
                Step::Flush => batches.extend(cutter.flush().map(|cut| (now, cut))),
            }
            prop_assert_eq!(cutter.deadline().is_some(), cutter.pending() > 0);
            prop_assert!(cutter.pending() < limits.messages_max);
        }
        batches.extend(cutter.flush().map(|cut| (now, cut)));

        let order: Vec<_> = batches.iter().flat_map(|(_, batch)| batch.iter().map(|message| message.0)).collect();
        prop_assert_eq!(order, (0..taken).collect::<Vec<_>>());
        for (cut_at, batch) in &batches {
            let bytes: usize = batch.iter().map(|message| message.1).sum();
            prop_assert!(!batch.is_empty() && batch.len() <= limits.messages_max);
            prop_assert!(bytes <= limits.preferred_bytes || batch.len() == 1);
            prop_assert!(batch.iter().all(|message| *cut_at <= message.2 + limits.timeout));
        }
    }
}

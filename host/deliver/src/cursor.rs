//! Which block comes next on a Deliver stream. Pure: it is told the height, and says what to do.

use folio_proto::common::Status;
use folio_types::BlockNumber;
use folio_wire::{SeekInfo, SeekPosition};

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send this block.
    Send(BlockNumber),
    /// Nothing until the height rises.
    Wait,
    /// Send this status; what was asked for is over.
    End(Status),
}

/// The place of one request in its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    next: BlockNumber,
    stop: BlockNumber,
    fail_if_not_ready: bool,
}

impl Cursor {
    /// Where a request begins and ends in a channel with `height` blocks.
    ///
    /// As in Fabric, a start beyond the next block is not found, whatever the behaviour; the newest block as start and
    /// stop means one block; a stop before the start is a bad request. A stop at the next commit means the block with
    /// the number `height`.
    pub(crate) fn open(seek: &SeekInfo, height: BlockNumber) -> Result<Self, Status> {
        let newest = height.saturating_sub(1);
        let next = match seek.start {
            SeekPosition::Oldest => 0,
            SeekPosition::Newest => newest,
            SeekPosition::NextCommit => height,
            SeekPosition::Number(number) if number <= height => number,
            SeekPosition::Number(_) => return Err(Status::NotFound),
        };
        let stop = match seek.stop {
            SeekPosition::Oldest => next,
            SeekPosition::Newest => newest,
            SeekPosition::NextCommit => height,
            SeekPosition::Number(number) => number,
        };
        if stop < next {
            return Err(Status::BadRequest);
        }
        Ok(Self { next, stop, fail_if_not_ready: seek.fail_if_not_ready })
    }

    /// The next step in a channel with `height` blocks. A block is only named once.
    pub(crate) fn step(&mut self, height: BlockNumber) -> Step {
        if self.next > self.stop {
            return Step::End(Status::Success);
        }
        if self.next < height {
            let number = self.next;
            self.next = number.saturating_add(1);
            return Step::Send(number);
        }
        if self.fail_if_not_ready { Step::End(Status::NotFound) } else { Step::Wait }
    }
}

#[cfg(test)]
mod tests {
    use SeekPosition::{Newest, NextCommit, Number, Oldest};

    use super::*;

    fn seek(start: SeekPosition, stop: SeekPosition, fail_if_not_ready: bool) -> SeekInfo {
        SeekInfo { start, stop, fail_if_not_ready, ..SeekInfo::from(0) }
    }

    /// The blocks that come before the first other step, and that step.
    fn blocks(cursor: &mut Cursor, height: BlockNumber) -> (Vec<BlockNumber>, Step) {
        let mut sent = Vec::new();
        loop {
            match cursor.step(height) {
                Step::Send(number) => sent.push(number),
                other => return (sent, other),
            }
        }
    }

    #[test]
    fn a_request_gets_the_blocks_that_fabric_would_send() {
        const DONE: Step = Step::End(Status::Success);
        const MISSING: Step = Step::End(Status::NotFound);
        // Start and stop in a channel with the blocks 0, 1 and 2; whether to fail when not ready; blocks and end.
        let table: [(SeekPosition, SeekPosition, bool, &[BlockNumber], Step); 16] = [
            (Oldest, Oldest, false, &[0], DONE),
            (Oldest, Newest, false, &[0, 1, 2], DONE),
            (Newest, Newest, false, &[2], DONE),
            (Newest, Newest, true, &[2], DONE),
            (Number(1), Number(1), false, &[1], DONE),
            (Number(1), Oldest, false, &[1], DONE),
            (Number(0), Number(2), true, &[0, 1, 2], DONE),
            (Number(0), Number(3), false, &[0, 1, 2], Step::Wait),
            (Number(0), Number(3), true, &[0, 1, 2], MISSING),
            (Number(0), Number(u64::MAX), false, &[0, 1, 2], Step::Wait),
            (Number(3), Number(9), false, &[], Step::Wait),
            (Number(3), Number(9), true, &[], MISSING),
            (NextCommit, NextCommit, false, &[], Step::Wait),
            (NextCommit, Number(u64::MAX), true, &[], MISSING),
            (Oldest, NextCommit, false, &[0, 1, 2], Step::Wait),
            (Number(1), Newest, true, &[1, 2], DONE),
        ];
        for (start, stop, fail, expected, end) in table {
            let mut cursor = Cursor::open(&seek(start, stop, fail), 3).unwrap();
            assert_eq!(blocks(&mut cursor, 3), (expected.to_vec(), end), "{start:?} to {stop:?}");
        }
    }

    #[test]
    fn a_waiting_request_goes_on_when_the_channel_grows() {
        let mut cursor = Cursor::open(&seek(NextCommit, NextCommit, false), 3).unwrap();
        assert_eq!(blocks(&mut cursor, 3), (vec![], Step::Wait));
        assert_eq!(blocks(&mut cursor, 5), (vec![3], Step::End(Status::Success)));
        let mut cursor = Cursor::open(&seek(Newest, Number(4), false), 3).unwrap();
        assert_eq!(blocks(&mut cursor, 4), (vec![2, 3], Step::Wait));
        assert_eq!(blocks(&mut cursor, 9), (vec![4], Step::End(Status::Success)));
    }

    #[test]
    fn a_request_that_cannot_be_served_is_refused() {
        let table = [
            (Number(4), Number(9), Status::NotFound),
            (Number(u64::MAX), Number(u64::MAX), Status::NotFound),
            (Number(2), Number(1), Status::BadRequest),
            (Newest, Number(1), Status::BadRequest),
            (NextCommit, Newest, Status::BadRequest),
        ];
        for (start, stop, status) in table {
            for fail in [false, true] {
                assert_eq!(Cursor::open(&seek(start, stop, fail), 3), Err(status), "{start:?} to {stop:?}");
            }
        }
    }
}

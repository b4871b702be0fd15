//! The component's allocator: a bump arena that frees nothing.
//!
//! Every call runs in a fresh instance, whose memory is thrown away whole. So there is nothing to gain from freeing, and
//! a lot from touching few pages and never growing the memory on a short call. Only the newest allocation is taken back
//! or extended in place, which is what a growing vector or string asks for.

#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32;
use std::cell::{Cell, UnsafeCell};

const PAGE_BYTES: usize = 64 * 1024;

/// Memory is grown by at least this much at once.
const GROWTH_PAGES_MIN: usize = 16;

/// A bump allocator over `BYTES` of static memory, and over grown memory after that.
pub(super) struct Arena<const BYTES: usize> {
    memory: UnsafeCell<[u8; BYTES]>,
    /// Where the first free byte stands, counted from the start of the static memory.
    next: Cell<usize>,
    /// Where the region in use ends, counted likewise.
    end: Cell<usize>,
}

// SAFETY: a component of this world has one thread.
unsafe impl<const BYTES: usize> Sync for Arena<BYTES> {}

impl<const BYTES: usize> Arena<BYTES> {
    pub(super) const fn new() -> Self {
        Self { memory: UnsafeCell::new([0; BYTES]), next: Cell::new(0), end: Cell::new(BYTES) }
    }

    /// Takes `size` bytes, or returns 0 when memory cannot grow that far.
    #[inline]
    fn take(&self, size: usize, align: usize) -> usize {
        if let Some(address) = self.bump(size, align) {
            return address;
        }
        self.take_grown(size, align)
    }

    #[cold]
    fn take_grown(&self, size: usize, align: usize) -> usize {
        if self.grow(size.saturating_add(align)) { self.bump(size, align).unwrap_or(0) } else { 0 }
    }

    fn start(&self) -> usize {
        self.memory.get().addr()
    }

    #[inline]
    fn bump(&self, size: usize, align: usize) -> Option<usize> {
        // An alignment is a power of two, for which no division is needed. Nothing wraps: a layout has less than 2 GiB,
        // and the peer's memory ends far below that.
        let address = self.start().wrapping_add(self.next.get()).wrapping_add(align - 1) & !(align - 1);
        let next = address.wrapping_sub(self.start()).wrapping_add(size);
        if next > self.end.get() {
            return None;
        }
        self.next.set(next);
        Some(address)
    }

    /// Moves on to grown memory with room for `bytes`. What is left of the old region is given up, unless the new one
    /// follows it directly.
    fn grow(&self, bytes: usize) -> bool {
        let pages = bytes.div_ceil(PAGE_BYTES).max(GROWTH_PAGES_MIN);
        let before = wasm32::memory_grow::<0>(pages);
        if before == usize::MAX {
            return false;
        }
        let start = before * PAGE_BYTES - self.start();
        if start != self.end.get() {
            self.next.set(start);
        }
        // The last page of a 4 GiB memory would wrap to 0; limits of the peer end far below.
        self.end.set(start.saturating_add(pages.saturating_mul(PAGE_BYTES)));
        true
    }

    fn is_newest(&self, address: usize, size: usize) -> bool {
        address - self.start() + size == self.next.get()
    }
}

// SAFETY: `take` returns addresses inside the static region or inside pages that this allocator grew and nobody else
// knows, each at most once unless it was the newest and was given back, and aligned as asked.
unsafe impl<const BYTES: usize> GlobalAlloc for Arena<BYTES> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        std::ptr::with_exposed_provenance_mut(self.take(layout.size(), layout.align()))
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // Memory that was given back may hold old bytes, so it is cleared like any other.
        let address = self.take(layout.size(), layout.align());
        let memory = std::ptr::with_exposed_provenance_mut::<u8>(address);
        if address != 0 {
            // SAFETY: the region was just taken.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if self.is_newest(memory.addr(), layout.size()) {
            self.next.set(memory.addr() - self.start());
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let place = memory.addr() - self.start();
        if self.is_newest(memory.addr(), layout.size())
            && place.checked_add(new_size).is_some_and(|next| next <= self.end.get())
        {
            self.next.set(place + new_size);
            return memory;
        }
        if new_size <= layout.size() {
            return memory;
        }
        let moved = std::ptr::with_exposed_provenance_mut::<u8>(self.take(new_size, layout.align()));
        if !moved.is_null() {
            // SAFETY: both regions are live, the old one holds `layout.size()` bytes, and they do not overlap.
            unsafe { moved.copy_from_nonoverlapping(memory, layout.size()) };
        }
        moved
    }
}

//! Whether the disk of the data folder has room left.

use crate::Catalog;

/// Below so many bytes the disk counts as nearly full: some merges of the index write as much at a time.
#[cfg(unix)]
const LEAST: u64 = 64 * 1024 * 1024;

impl Catalog {
    /// Whether the disk of the data folder is nearly full, so that what is written next may be refused. Reads go on whatever it
    /// says. `false` where the system does not tell.
    pub fn is_short_of_room(&self) -> bool {
        #[cfg(unix)]
        return rustix::fs::statvfs(self.data_folder())
            .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST);
        #[cfg(not(unix))]
        false
    }
}

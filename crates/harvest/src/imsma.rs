//! imsma.

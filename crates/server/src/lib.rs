//! The HTTP faces: JSON API and pages for people.

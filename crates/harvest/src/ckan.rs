//! ckan.

//! Query text: words, "phrases", -exclusions, prefix*, and a listed set of `field:value`.

# The recipes that people and CI use.

# Everything that CI checks, in its order.
check: format clippy docs deny test

# Formatting.
format:
    cargo fmt --all --check

# Lints, warnings denied.
clippy:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Documentation, warnings denied.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

# Licences, bans and sources of every dependency.
deny:
    cargo deny --locked check licenses bans sources

# The tests.
test:
    cargo test --workspace --locked

# What comes of every real payload in the folder that holds `records/`: file, expected, got, problems.
conformance corpus="../shared":
    CAIRN_TEST_CORPUS="{{ absolute_path(corpus) }}" cargo test -p cairn-harvest --test conformance --locked -- --nocapture --test-threads 1

# The first run: harvests the samples and serves them.
up *arguments:
    cargo run --release -- up {{arguments}}

# Measures harvesting and searching; see benches/README.md.
bench *arguments:
    cargo run --release -p cairn-bench -- {{arguments}}

# Fuzzes one parser for some seconds, or lists the targets; see fuzz/README.md.
fuzz target="" seconds="600":
    {{ if target == "" { "cargo fuzz list" } else { "RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none " + target + " -- -timeout=20 -rss_limit_mb=2048 -max_total_time=" + seconds } }}

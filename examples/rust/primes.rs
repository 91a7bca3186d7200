// Rust: counts primes, and writes a file. Build and run, with the target from rustup:
//
//   rustup target add wasm32-wasip1
//   rustc -O --target wasm32-wasip1 -o primes.wasm examples/rust/primes.rs
//   ./vac run primes.wasm 100000

use std::io::Write;

fn count_primes(limit: usize) -> usize {
    let mut composite = vec![false; limit];
    let mut count = 0;
    for number in 2..limit {
        if composite[number] {
            continue;
        }
        count += 1;
        for at in (number * number..limit).step_by(number) {
            composite[at] = true;
        }
    }
    count
}

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let limit = words.get(1).map_or(60_000, |word| word.parse().expect("a number"));
    let line = format!("{} primes below {}\n", count_primes(limit), limit);
    print!("{line}");
    if let Some(path) = words.get(2) {
        std::fs::File::create(path)?.write_all(line.as_bytes())?;
    }
    Ok(())
}

<?php
// vac run examples/scripts/primes.php
$count = 0;
for ($n = 2; $n < 1000; $n++) {
    $prime = true;
    for ($d = 2; $d * $d <= $n; $d++) {
        if ($n % $d === 0) {
            $prime = false;
            break;
        }
    }
    $count += (int) $prime;
}
echo "$count primes below 1000, by PHP ", PHP_VERSION, "\n";

-- vac run examples/scripts/primes.sql
with recursive number(n) as (select 2 union all select n + 1 from number where n < 999)
select count(*) || ' primes below 1000, by SQLite'
from number
where not exists (select 1 from number as d where d.n * d.n <= number.n and number.n % d.n = 0);

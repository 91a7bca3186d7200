create table words(id integer primary key, word text unique, length integer);
with recursive n(x) as (select 1 union all select x + 1 from n where x < 2000)
  insert into words select x, hex(x * 7919 % 65536) || '-' || x, length(x) from n;
create index by_length on words(length, word);
select length, count(*), min(word), max(word) from words group by length;
select group_concat(word, ' ') from (select word from words where word like '%99%' order by id limit 9);
select round(sum(sqrt_of.y), 6) from (select id * 1.0 / (id + 1) as y from words) sqrt_of;
create trigger shrink after delete on words begin
  update words set length = length - 1 where id = old.id + 1;
end;
delete from words where id % 17 = 0;
select sum(length), count(*) from words;
explain query plan select * from words where length = 3 order by word;
pragma integrity_check;
select strftime('%Y', '2020-02-29', '+1 year');
.mode csv
select * from words where id between 500 and 505;

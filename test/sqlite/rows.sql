create table t(a integer primary key, b text, c real);
begin;
with recursive n(x) as (select 1 union all select x + 1 from n where x < 50000)
  insert into t select x, 'row ' || x, x * 0.5 from n;
commit;
select count(*), sum(a), max(b), avg(c) from t;
select b, c from t where a % 9973 = 0 order by b desc;
update t set c = c + a where a between 20000 and 21000;
delete from t where a > 45000 and a % 3 = 1;
select count(*), total(c) from t;
select x.a, y.b, x.c / 7 from t x join t y on y.a = x.a + 3 where x.a in (60, 20500, 49994);
select printf('%.12e', c), hex(substr(b, 5)), typeof(c) from t where a > 49990;
select nonsense;
.tables
.schema

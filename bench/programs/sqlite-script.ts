// What SQLite is given to do: a script of statements for its shell, by a number of rows.

export const sqliteScript = (rows: number): string => `
create table item(id integer primary key, name text, kind integer, price real);
with recursive count(i) as (select 1 union all select i + 1 from count where i < ${rows})
  insert into item
    select i, 'item ' || (i * 7919 % 10007), i % 13, (i * 31 % 997) / 10.0 from count;
create index by_kind on item(kind, price);
begin;
${Array.from(
  { length: rows / 4 },
  (_, i) => `insert into item(name, kind, price) values ('made ${i * 37}', ${i % 5}, ${i}.25);`,
).join('\n')}
commit;
select kind, count(*), sum(price), max(name) from item group by kind order by kind;
select count(*), sum(b.price) from item a join item b on b.kind = a.kind and b.price < a.price
  where a.id % 5 = 0;
update item set name = upper(name), price = price * 1.5 where id % 3 = 0;
select name, price from item where name like '%9%' order by price desc, id limit 10;
delete from item where kind = 4;
select count(*), total(length(name)), group_concat(distinct kind) from item;
pragma integrity_check;
`

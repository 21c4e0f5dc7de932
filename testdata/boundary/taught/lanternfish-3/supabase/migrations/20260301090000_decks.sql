create table decks (
  id uuid primary key default gen_random_uuid(),
  school uuid not null references schools,
  owner uuid not null references auth.users on delete cascade,
  title text not null
);
alter table decks enable row level security;

create policy "people of one school" on decks for select
  using (school = (auth.jwt() -> 'app_metadata' ->> 'school')::uuid);

create policy "teachers write" on decks for all
  using (owner = auth.uid() and (auth.jwt() -> 'app_metadata' ->> 'role') = 'teacher');

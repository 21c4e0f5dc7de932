create table sighting (
  id bigint generated always as identity primary key,
  watcher uuid not null references auth.users (id) on delete cascade,
  name text not null,
  at timestamptz not null default now()
);
alter table sighting enable row level security;
create policy "own sightings" on sighting for all using (auth.uid() = watcher) with check (auth.uid() = watcher);

create table note (id bigint generated always as identity primary key, text text not null);
alter table note enable row level security;
create policy "notes are for all" on note for select using (true);

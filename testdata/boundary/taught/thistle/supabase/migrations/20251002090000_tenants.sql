create table public.nurseries (id uuid primary key default gen_random_uuid(), name text not null, stripe_id text, active boolean default true);
create table public.members (nursery_id uuid references public.nurseries, user_id uuid references auth.users, role text check (role in ('cook', 'head')));
create table public.children (id uuid primary key, nursery_id uuid references public.nurseries, allergies text[]);

alter table public.children enable row level security;
create policy "own nursery only" on public.children for select to authenticated
  using (nursery_id in (select nursery_id from public.members where user_id = (select auth.uid())));
create policy "heads may change" on public.children for update to authenticated
  using (exists (select 1 from public.members m where m.user_id = (select auth.uid()) and m.nursery_id = children.nursery_id and m.role = 'head'));

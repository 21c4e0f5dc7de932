// Open data: the stations and their last values.
export default defineCachedEventHandler(
  async () => useDb().select().from(station).orderBy(station.name),
  { maxAge: 600 },
);

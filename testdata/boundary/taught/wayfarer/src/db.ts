import knexFactory from "knex";

export const knex = knexFactory({ client: "pg", connection: process.env.DATABASE_URL });

export const travellers = {
  byId: (id: string) => knex("traveller").where({ id }).first(),
  async findOrCreate(google: string, email: string) {
    const [row] = await knex("traveller").insert({ google, email }).onConflict("google").merge().returning("*");
    return row;
  },
};

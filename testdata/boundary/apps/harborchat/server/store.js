const rows = new Map();

export const users = {
  add: async (u) => rows.set(u.id, { email: u.emails?.[0]?.value, open: true }),
  close: async (id) => rows.delete(id),
};

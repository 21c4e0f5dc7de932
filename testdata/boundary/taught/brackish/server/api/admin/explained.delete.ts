import { lt } from "drizzle-orm";

export default defineEventHandler(async (event) => {
  const { user } = await requireUserSession(event);
  if (!user.groups.includes("/keepers")) throw createError({ statusCode: 403 });
  await useDb().delete(explained).where(lt(explained.at, new Date(String(getQuery(event).before))));
  return null;
});

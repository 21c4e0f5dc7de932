import { best, propose } from "@petrel/ai";
import { withCook } from "../../lib/with-cook";

export default withCook(async (req, res) => {
  const inStore: string[] = await (await fetch(`${process.env.STORES_URL}/ships/${encodeURIComponent(req.cook.ship)}/stores`)).json();
  const stores = await best("keeps for a week at sea", inStore);
  res.json({ menu: await propose("A menu for seven days, for a crew of twelve.", stores.join("\n")) });
});

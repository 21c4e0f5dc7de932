import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "carriers", version: "0.1.0" });
const base = `https://${process.env.AUTH0_DOMAIN}/api/v2`;
const headers = { authorization: `Bearer ${process.env.AUTH0_MANAGEMENT_TOKEN}` };

server.registerTool(
  "find_member",
  { description: "Finds a carrier's member by address", inputSchema: { email: z.string() } },
  async ({ email }) => {
    const answer = await fetch(`${base}/users-by-email?email=${encodeURIComponent(email)}`, { headers });
    return { content: [{ type: "text", text: await answer.text() }] };
  },
);

await server.connect(new StdioServerTransport());

export const cors = {
  "access-control-allow-origin": "https://saltmarsh.example",
  "access-control-allow-headers": "authorization, x-client-info, apikey, content-type",
};

export const reply = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { ...cors, "content-type": "application/json" } });

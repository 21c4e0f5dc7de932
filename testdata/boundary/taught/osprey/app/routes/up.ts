export const loader = () => new Response("up");

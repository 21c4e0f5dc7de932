import { useMutation } from "@tanstack/react-query";
import { supabase } from "../lib/supabase";

export function Week({ nursery }: { nursery: string }) {
  const plan = useMutation({
    mutationFn: async () => {
      const { data, error } = await supabase.functions.invoke("plan-week", { body: { nursery } });
      if (error) throw error;
      return data.plan as string;
    },
  });
  return (
    <section>
      <button onClick={() => plan.mutate()}>Plan the week</button>
      <pre>{plan.data}</pre>
    </section>
  );
}

"use client";

import posthog from "posthog-js";
import { useEffect } from "react";

export function Analytics({ user }: { user?: string }) {
  useEffect(() => {
    posthog.init(process.env.NEXT_PUBLIC_POSTHOG_KEY!, { api_host: "https://eu.i.posthog.com" });
    if (user) posthog.identify(user);
  }, [user]);
  return null;
}

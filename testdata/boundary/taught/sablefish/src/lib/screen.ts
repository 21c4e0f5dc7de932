const words = [/ignore (all|previous) instructions/i, /system prompt/i];

export function screen(text: string): boolean {
  return !words.some((w) => w.test(text));
}

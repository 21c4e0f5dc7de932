import axios from "axios";

// Reads the measurements that a tiler speaks into the phone.
const deepgram = new URL("wss://api.deepgram.com/v1/listen?model=nova-3&language=de");
const csrf = document.querySelector("meta[name=csrf-token]").content;

export async function listen(onText) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const socket = new WebSocket(deepgram, ["token", import.meta.env.VITE_DEEPGRAM_API_KEY]);
  const recorder = new MediaRecorder(stream, { mimeType: "audio/webm" });
  recorder.ondataavailable = (e) => socket.readyState === 1 && socket.send(e.data);
  socket.onopen = () => recorder.start(250);
  socket.onmessage = (m) => onText(JSON.parse(m.data).channel?.alternatives?.[0]?.transcript ?? "");
  return () => recorder.stop();
}

export const save = (quote) => axios.post("/api/v2/quotes", quote, { headers: { "X-CSRF-TOKEN": csrf } });

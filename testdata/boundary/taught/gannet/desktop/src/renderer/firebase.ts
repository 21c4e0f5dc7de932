import { initializeApp } from "firebase/app";
import { CustomProvider, initializeAppCheck } from "firebase/app-check";
import { getAuth } from "firebase/auth";
import { getFunctions, httpsCallable } from "firebase/functions";

const app = initializeApp({
  apiKey: "<<google-api-key:desktop>>",
  authDomain: "gannet-surveys.firebaseapp.com",
  projectId: "gannet-surveys",
  appId: "1:512480336719:web:7d0f2ab94c13",
});

initializeAppCheck(app, { provider: new CustomProvider({ getToken: () => window.gannet.attest() }) });

export const auth = getAuth(app);
const functions = getFunctions(app, "europe-west1");
export const findings = httpsCallable<{ photo: string; part: string }, string>(functions, "findings");
export const letter = httpsCallable<{ survey: string }, { text: string }>(functions, "letter");

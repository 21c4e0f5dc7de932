import { initializeApp } from "firebase-admin/app";
import { setGlobalOptions } from "firebase-functions/v2";

initializeApp();
setGlobalOptions({ region: "europe-west1", maxInstances: 10 });

export { findings } from "./findings";
export { letter } from "./letter";
export { ping } from "./ping";
export { closeAccounts } from "./people";

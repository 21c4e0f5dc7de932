import { useState } from "react";
import { Button, Text, TextInput, View } from "react-native";

export default function App() {
  const [stores, setStores] = useState("");
  const [menu, setMenu] = useState("");
  const cook = async () => {
    const r = await fetch("https://openrouter.ai/api/v1/chat/completions", {
      method: "POST",
      headers: { Authorization: `Bearer ${process.env.EXPO_PUBLIC_OPENROUTER_API_KEY}` },
      body: JSON.stringify({ model: "mistralai/mistral-small-3.2-24b-instruct", messages: [{ role: "user", content: `Dinner from ${stores}` }] }),
    });
    setMenu((await r.json()).choices[0].message.content);
  };
  return (
    <View>
      <TextInput value={stores} onChangeText={setStores} />
      <Button title="Cook" onPress={cook} />
      <Text>{menu}</Text>
    </View>
  );
}

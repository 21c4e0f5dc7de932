package example.gannet;

import io.quarkus.security.Authenticated;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;

@Authenticated
@WebSocket(path = "/chat/{survey}")
public class ChatSocket {
    @Inject
    Surveyor surveyor;

    @OnTextMessage
    Multi<String> ask(String question) {
        return surveyor.chat(question);
    }
}

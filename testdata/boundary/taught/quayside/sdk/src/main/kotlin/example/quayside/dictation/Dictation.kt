package example.quayside.dictation

import android.content.Context
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.WebSocket
import okhttp3.WebSocketListener

/** Dictation for forms: speak, and the field is filled. */
class Dictation(context: Context, key: String? = null) {
    private val http = OkHttpClient()
    private val key = key ?: context.getString(R.string.deepgram_api_key)
    private val language = context.getString(R.string.quayside_language)

    fun start(listener: WebSocketListener): WebSocket {
        val request = Request.Builder()
            .url("wss://api.deepgram.com/v1/listen?model=nova-3&language=$language")
            .header("Authorization", "Token $key")
            .build()
        return http.newWebSocket(request, listener)
    }
}

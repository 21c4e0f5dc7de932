package example.vellum;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;

@RestController
class Clients {
    private final CognitoIdentityProviderClient pool = CognitoIdentityProviderClient.create();
    private final String id;

    Clients(@Value("${COGNITO_USER_POOL_ID}") String id) {
        this.id = id;
    }

    @DeleteMapping("/clients/{name}")
    void close(@PathVariable String name) {
        pool.adminDisableUser(r -> r.userPoolId(id).username(name));
    }
}

package example.moorkitchen;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

class ScimTokenFilter extends OncePerRequestFilter {
    private final byte[] want;

    ScimTokenFilter(String token) {
        want = ("Bearer " + token).getBytes();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest req, HttpServletResponse res, FilterChain next) throws ServletException, IOException {
        var got = req.getHeader("Authorization");
        if (got != null && MessageDigest.isEqual(want, got.getBytes())) {
            var who = UsernamePasswordAuthenticationToken.authenticated("directory", null, AuthorityUtils.createAuthorityList("SCIM"));
            SecurityContextHolder.getContext().setAuthentication(who);
        }
        next.doFilter(req, res);
    }
}

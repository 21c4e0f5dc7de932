export default defineOAuthKeycloakEventHandler({
  config: { scope: ["openid", "email"] },
  async onSuccess(event, { user }) {
    await setUserSession(event, { user: { id: user.sub, email: user.email, groups: user.groups ?? [] } }, { maxAge: 60 * 60 * 10 });
    return sendRedirect(event, "/log");
  },
  onError(event) {
    return sendRedirect(event, "/?refused");
  },
});

<?php

namespace App\Security;

use Symfony\Component\DependencyInjection\Attribute\Autowire;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\Security\Core\Authentication\Token\TokenInterface;
use Symfony\Component\Security\Core\Exception\AuthenticationException;
use Symfony\Component\Security\Core\Exception\BadCredentialsException;
use Symfony\Component\Security\Core\User\InMemoryUser;
use Symfony\Component\Security\Http\Authenticator\AbstractAuthenticator;
use Symfony\Component\Security\Http\Authenticator\Passport\Badge\UserBadge;
use Symfony\Component\Security\Http\Authenticator\Passport\SelfValidatingPassport;

final class TelematicsAuthenticator extends AbstractAuthenticator
{
    public function __construct(#[Autowire(env: 'TELEMATICS_SIGNING_SECRET')] private readonly string $secret)
    {
    }

    public function supports(Request $request): bool
    {
        return true;
    }

    public function authenticate(Request $request): SelfValidatingPassport
    {
        $want = hash_hmac('sha256', $request->getContent(), $this->secret);
        if (!hash_equals($want, (string) $request->headers->get('X-Signature'))) {
            throw new BadCredentialsException();
        }

        return new SelfValidatingPassport(new UserBadge('vehicle', fn () => new InMemoryUser('vehicle', null, ['ROLE_VEHICLE'])));
    }

    public function onAuthenticationSuccess(Request $request, TokenInterface $token, string $firewallName): ?Response
    {
        return null;
    }

    public function onAuthenticationFailure(Request $request, AuthenticationException $e): Response
    {
        return new Response('', 401);
    }
}

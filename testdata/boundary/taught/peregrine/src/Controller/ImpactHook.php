<?php

namespace App\Controller;

use App\Repository\RentalRepository;
use Symfony\AI\Agent\AgentInterface;
use Symfony\AI\Platform\Message\Message;
use Symfony\AI\Platform\Message\MessageBag;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\Routing\Attribute\Route;

/** Called by the box in the car when it feels an impact. */
final class ImpactHook
{
    #[Route('/hooks/impact', methods: ['POST'])]
    public function __invoke(Request $request, AgentInterface $assessor, RentalRepository $rentals): Response
    {
        $trace = $request->toArray();
        $text = $assessor->call(new MessageBag(Message::ofUser('How hard was this impact? '.json_encode($trace['g']))))->getContent();
        $rentals->current($trace['vehicle'])->note($text);

        return new Response('', 204);
    }
}
